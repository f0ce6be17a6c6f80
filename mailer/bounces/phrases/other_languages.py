"""What mail systems say in other languages than English, by reason."""

from __future__ import annotations

from mailer.bounces.reason import Reason

PHRASES: dict[Reason, str] = {
    Reason.MAILBOX_FULL: """
        postlåda … full | brevlåda … full | boîte … saturée | lleno el buzón | casella … satura |
        postfach ist voll | postfach des empfängers ist voll | mailbox ist voll | mailbox voll |
        postfach … überfüllt | posteingang … voll | speicherplatz … erschöpft |
        quota überschritten | kontingent überschritten | boîte aux lettres pleine |
        boîte … est pleine | quota dépassé | dépassé son quota | dépassement de quota |
        espace de stockage … insuffisant | casella di posta piena | quota superata |
        spazio … esaurito | buzón está lleno | cuota excedida | excedido … cuota |
        superado … cuota | caixa postal lotada | cota excedida | quota excedida | excedeu … quota |
        excedeu … cota | postvak is vol | mailbox is vol | quotum overschreden |
        skrzynka … przepełniona | przekroczony limit | przekroczono … limit | brak miejsca |
        inkorgen är full | postkassen er fuld | postkasse … full | innboksen er full |
        postilaatikko … täynnä | megtelt | kutusu dolu | kotası | почтовый ящик … переполнен |
        превышен … квот | переповнен | メールボックスがいっぱい | メールボックスの容量 |
        容量を超え | 容量オーバー | 容量制限 | 保存容量 |
        受信箱がいっぱい | 邮箱已满 | 信箱已满 | 邮箱空间不足 | 邮箱容量 | 容量已满 | 超过配额 |
        空间已满 | 信箱已滿 | 郵箱已滿 | 信箱容量 | 사서함이 가득 |
        용량 초과 | 용량이 초과 | postfach … voll | boîte … pleine | casella … piena |
        buzón … lleno |
        caixa … cheia | postvak … vol | skrzynka … pełna | ящик … переполнен | schránka … plná
    """,
    Reason.GREYLISTED: """
        später erneut versuchen greylist
    """,
    Reason.SPAM: """
        als spam | spamverdacht | indésirable | pourriel | posta indesiderata | correo no deseado |
        como spam | lixo eletrônico | ongewenste | 垃圾邮件 | 垃圾郵件 | 疑似垃圾 | 迷惑メール |
        スパム | 스팸 | спам |
        niechcian
    """,
    Reason.VIRUS: """
        wirus | вирус | ウイルス | ウィルス | 病毒 | 바이러스
    """,
    Reason.TOO_LARGE: """
        nachricht ist zu groß | nachrichtengröße | überschreitet … größe | trop volumineux |
        taille maximale | taille du message | dépasse la taille | messaggio troppo grande |
        dimensioni … messaggio | dimensione … superiore | mensaje demasiado grande | tamaño máximo |
        tamaño del mensaje | mensagem muito grande | tamanho máximo | tamanho da mensagem |
        te groot | zbyt duża | meddelandet är för stort | слишком большой | превышает … размер |
        サイズが大きすぎ | サイズ制限 | サイズを超え | メールのサイズ | 邮件过大 | 邮件太大 |
        超过大小 | 大小超过 | 大小限制 | 郵件過大 | 크기 제한 |
        nachricht … zu groß | wiadomość … za duża
    """,
    Reason.BLOCKLISTED: """
        schwarze liste | schwarzen liste | auf einer blacklist | liste noire | lista nera |
        lista negra | zwarte lijst | czarnej liście | черный список | черном списке |
        ブラックリスト |
        黑名单 | 黑名單 | 拒绝连接
    """,
    Reason.RATE_LIMITED: """
        zu viele verbindungen | zu viele nachrichten | trop de connexions | trop de messages |
        troppi messaggi | demasiadas conexiones | demasiados mensajes | demasiados correos |
        muitas conexões | muitas mensagens | te veel | zbyt wiele | слишком много | 频率 |
        过于频繁 |
        連接過多 | 连接过多 | 送信数
    """,
    Reason.RELAYING_DENIED: """
        relay nicht erlaubt | relaying nicht | relais refusé | relay non consentito |
        relay no permitido | relay negado | no se permite … relay
    """,
    Reason.AUTHENTICATION: """
        absenderauthentifizierung | 发件人验证 | 身份验证失败 spf
    """,
    Reason.SENDER_REFUSED: """
        absenderadresse | expéditeur refusé | expéditeur rejeté | adresse de l expéditeur |
        mittente rifiutato | mittente non | remitente rechazado | remitente no |
        remetente rejeitado | remetente não | afzender geweigerd | nadawca odrzucony |
        отправитель … отклонен | 发件人地址 | 发件人被拒 | absender … abgelehnt
    """,
    Reason.POLICY: """
        richtlinie | aus sicherheitsgründen | politique de sécurité | règles de sécurité |
        stratégie de sécurité | política de seguridad | política de segurança | políticas de |
        criteri di sicurezza | beleid | polityk bezpieczeństwa | политик | ポリシー | 策略
    """,
    Reason.MAILBOX_MOVED: """
        neue adresse lautet | neue e mail adresse | nouvelle adresse | nuovo indirizzo |
        nueva dirección | novo endereço | nieuw adres | nieuwe e mailadres | nowy adres |
        ist umgezogen | アドレスが変更 | メールアドレスを変更
    """,
    Reason.MAILBOX_DISABLED: """
        destinataire archivée | boîte … archivée | postfach ist deaktiviert | compte inactif |
        account disattivato | casella sospesa | utente disabilitato | usuario inactivo |
        conta suspensa | account uitgeschakeld | account is geblokkeerd | konto nieaktywne |
        заблокирован | отключен | 停用 | 冻结 | 凍結 | 利用停止 | 受信を停止 | 無効になって |
        已被禁用 | 被禁用 | 被锁定 | 휴면 |
        정지된 | postfach … gesperrt | postfach … deaktiviert | konto … gesperrt |
        konto … deaktiviert | empfänger … gesperrt | benutzer … gesperrt | compte … désactivé |
        compte … suspendu | boîte … désactivée | casella … disabilitata | casella … disattivata |
        cuenta … deshabilitada | cuenta … suspendida | cuenta … desactivada |
        buzón … deshabilitado | conta … bloqueada | conta … desativada | konto … zablokowane
    """,
    Reason.HOST_UNKNOWN: """
        domain existiert nicht | domäne existiert nicht | host nicht gefunden | unbekannte domain |
        domaine inconnu | hôte inconnu | dominio non trovato | dominio sconosciuto |
        dominio no encontrado | dominio desconocido | domínio não encontrado | domínio não existe |
        domínio inexistente | domein niet gevonden | domein bestaat niet | onbekend domein |
        domena nie istnieje | nieznana domena | nie znaleziono domeny | домен не найден |
        домен не существует | домена не существует | ドメインが存在しません | ドメインが見つかり |
        ホストが見つかり | 域名不存在 |
        找不到域 | 域名错误 | 网域不存在 | 收件人域名 | 도메인을 찾을 | domäne … nicht gefunden |
        domain … nicht gefunden |
        domaine … introuvable | domaine … n existe pas | dominio … non esiste |
        dominio … no existe | dominio … inesistente
    """,
    Reason.USER_UNKNOWN: """
        kan niet worden gevonden | konnte nicht gefunden werden | nie można odnaleźć |
        nie można znaleźć | nie odnaleziono | 找不到您输入的 | 找不到您輸入的 |
        impossible de trouver |
        no se puede encontrar | non è stato trovato | não foi encontrado | kunde inte hittas |
        blev ikke fundet | ble ikke funnet | ei löydy | nebyla nalezena |
        nicht im domino verzeichnis | annuaire domino | nicht aufgeführt | non elencato in domino |
        empfänger unbekannt | empfänger ist unbekannt | empfängeradresse … nicht |
        empfängeradresse unbekannt | unbekannter empfänger | unbekannte adresse |
        adresse unbekannt | adresse wurde nicht gefunden | adresse ist ungültig |
        ungültige adresse | ungültiger empfänger | benutzer unbekannt | unbekannter benutzer |
        mailbox unbekannt | mailbox nicht gefunden | postfach unbekannt | kein postfach |
        nicht mehr gültig | existiert nicht | nicht bekannt | nicht mehr erreichbar |
        nicht mehr im unternehmen | utilisateur inconnu | utilisateur introuvable |
        destinataire inconnu | destinataire invalide | adresse inconnue |
        adresse … n a pas été trouvée | adresse email invalide | adresse email inconnue |
        boîte inconnue | boîte aux lettres inconnue | compte inconnu | compte inexistant |
        n existe pas | plus valide | utente sconosciuto | utente inesistente | utente non trovato |
        destinatario sconosciuto | destinatario non trovato | destinatario non valido |
        indirizzo sconosciuto | indirizzo non valido | account inesistente | non esiste |
        usuario desconocido | usuario no encontrado | usuario inexistente |
        destinatario desconocido | destinatario no encontrado | destinatario inválido |
        dirección desconocida | dirección no encontrada | no se encontró la dirección |
        no se encontró … dirección | dirección incorrecta | buzón inexistente | cuenta inexistente |
        no existe | usuário desconhecido | usuário não encontrado | utilizador desconhecido |
        destinatário desconhecido | destinatário inexistente | destinatário não encontrado |
        endereço inexistente | endereço não encontrado | endereço inválido |
        caixa postal inexistente | conta inexistente | não existe | onbekende gebruiker |
        gebruiker onbekend | ontvanger onbekend | onbekende ontvanger | adres onbekend |
        onbekend adres | adres is niet gevonden | bestaat niet | nieznany użytkownik |
        nieznany odbiorca | nie ma takiego użytkownika | nie ma takiego konta |
        nie ma takiego adresu | nie znaleziono adresu | nie znaleziono użytkownika |
        nieprawidłowy adres | nie istnieje | okänd mottagare | okänd användare |
        mottagaren finns inte | adressen finns inte | användaren finns inte | ukendt modtager |
        ukendt bruger | modtageren findes ikke | adressen findes ikke | ukjent mottaker |
        ukjent bruker | mottakeren finnes ikke | adressen finnes ikke | tuntematon vastaanottaja |
        vastaanottajaa ei | käyttäjää ei | neznámý uživatel | neznámý příjemce | neexistuje |
        ismeretlen felhasználó | ismeretlen címzett | nem létezik | nem található |
        utilizator necunoscut | nu există | kullanıcı bulunamadı | bilinmeyen kullanıcı |
        adres bulunamadı | böyle bir kullanıcı | άγνωστος | δεν υπάρχει | пользователь не найден |
        пользователь не существует | нет такого пользователя | неизвестный пользователь |
        неизвестный получатель | получатель не найден | получатель не существует |
        получателя не существует | адрес не найден | адрес не существует | адреса не существует |
        адресат не найден | ящик не найден | ящик не существует | ящика не существует |
        не существует | користувача не існує | не існує | 宛先不明 | あて先不明 | 宛先が見つか |
        宛先が存在 |
        宛先のメールアドレスが | 宛先アドレスが | アドレスが存在しません | アドレスは存在しません |
        アドレスが見つかり | アドレスが正しく | アドレスが誤って |
        アドレスに誤り | アドレスが間違 | アドレスが不明 | ユーザが存在 | ユーザーが存在 |
        ユーザが見つかり | ユーザーが見つかり | ユーザ不明 | ユーザー不明 |
        受信者が見つかり | 受信者が存在 | 受信者不明 | 存在しません | 见つかりませんでした |
        見つかりませんでした | 用户不存在 | 用戶不存在 | 无此用户 |
        没有这个用户 | 未知用户 | 用户未找到 | 找不到用户 | 邮箱不存在 | 郵箱不存在 | 信箱不存在 |
        帐号不存在 | 帐户不存在 | 账号不存在 | 账户不存在 |
        帳號不存在 | 收件人不存在 | 收件人邮件地址 不存在 | 地址 不存在 | 收件人未找到 |
        找不到收件人 | 收件人地址不存在 | 收件人地址错误 | 地址不存在 |
        找不到地址 | 无效的收件人 | 無效的收件人 | 无效地址 | 收件人邮件地址 | 查無此 |
        없는 사용자 | 존재하지 않는 | 존재하지 않습니다 | 사용자를 찾을 |
        주소를 찾을 | 수신자를 찾을 | empfänger … nicht gefunden | empfänger … nicht bekannt |
        empfänger … existiert nicht | adresse … nicht gefunden | adresse … existiert nicht |
        postfach … nicht gefunden | postfach … nicht vorhanden | postfach … existiert nicht |
        konto … nicht gefunden | benutzer … nicht gefunden | benutzer … existiert nicht |
        destinataire … introuvable | destinataire … n existe | adresse … introuvable |
        adresse … n existe pas | adresse … invalide | boîte … n existe pas | compte … n existe pas |
        utente … non esiste | destinatario … non esiste | destinatario … inesistente |
        indirizzo … non trovato | indirizzo … non esiste | indirizzo … inesistente |
        casella … inesistente | casella … non esiste | usuario … no existe |
        destinatario … no existe | dirección … no existe | dirección … no se encontró |
        dirección … inválida | buzón … no existe | cuenta … no existe |
        endereço … não foi encontrado | endereço … não existe | caixa … não existe |
        adres … bestaat niet | adres … niet gevonden | gebruiker … bestaat niet |
        użytkownik … nie istnieje | adres … nie istnieje | konto … nie istnieje |
        skrzynka … nie istnieje
    """,
    Reason.RECIPIENT_REFUSED: """
        annahme verweigert | adresse refusée | destinatario rechazado | destinatário rejeitado |
        受信拒否 | 拒否されました | 被拒收 | 收件人拒收 | 拒收 | empfänger … abgelehnt |
        destinataire … refusé |
        destinatario … rifiutato
    """,
    Reason.EXPIRED: """
        zustellung … aufgegeben | zeitüberschreitung | tempo scaduto | tempo massimo |
        tiempo agotado | tiempo de espera | tempo esgotado | tempo limite | czas … upłynął |
        истекло время | истек срок | タイムアウト | 期限切れ | 超时 | 超過時間 | 시간 초과 |
        délai … dépassé |
        délai … expiré | frist … abgelaufen | termijn … verstreken
    """,
    Reason.UNREACHABLE: """
        verbindung abgelehnt | verbindung … fehlgeschlagen | keine verbindung | nicht erreichbar |
        connexion refusée | connexion impossible | impossible de se connecter | injoignable |
        connessione rifiutata | impossibile connettersi | irraggiungibile | conexión rechazada |
        no se pudo conectar | conexão recusada | não foi possível conectar | kan geen verbinding |
        niet bereikbaar | odmowa połączenia | nie można połączyć | соединение … отклонено |
        не удалось соединиться | 接続できません | 接続に失敗 | 接続が拒否 | 通信エラー | 连接失败 |
        无法连接 | 連線失敗 | 연결할 수
    """,
    Reason.HOST_ERROR: """
        serverfehler | interner fehler | vorübergehend nicht verfügbar | erreur interne |
        erreur du serveur | temporairement indisponible | errore interno | errore del server |
        temporaneamente non disponibile | error interno | error del servidor |
        temporalmente no disponible | erro interno | erro do servidor |
        temporariamente indisponível | interne fout | tijdelijk niet beschikbaar | błąd wewnętrzny |
        błąd serwera | внутренняя ошибка | システムエラー | サーバエラー | 一時的に | 系统错误 |
        服务器错误 | 系統錯誤
    """,
}
